import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PROGRAMS = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const DESKTOP = { viewport: { width: 1280, height: 800 } };
const MOBILE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };

/** Where the scenarios run. */
export const devices = {
  'desktop, light': { ...DESKTOP, colorScheme: 'light' },
  'desktop, dark': { ...DESKTOP, colorScheme: 'dark' },
  'mobile, light': { ...MOBILE, colorScheme: 'light' },
  'mobile, dark': { ...MOBILE, colorScheme: 'dark' },
};

export function launch() {
  const executablePath = PROGRAMS.find((program) => program && existsSync(program));
  assert.ok(executablePath, 'Chromium is missing: install it (Debian: apt-get install chromium) or name it in CHROMIUM');
  // the sandbox needs a user that is not root
  return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
}

/** A tab in a profile of its own, which notes what must not happen. */
export class Tab {
  #complaints = [];

  static async open(browser, url, device) {
    const tab = new Tab();
    tab.context = await browser.newContext(device);
    tab.page = await tab.context.newPage();
    tab.isTouch = device.hasTouch === true;
    tab.page.setDefaultTimeout(30_000);
    tab.page.on('pageerror', (error) => tab.#complaints.push(String(error.stack)));
    tab.page.on('console', (message) => {
      // the browser's own line about a reply with an error, or none, is what some scenarios are about
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
        tab.#complaints.push(message.text());
      }
    });
    await tab.page.goto(url);
    return tab;
  }

  /** Closes the tab; nothing may have gone wrong in it, a breach of the Content-Security-Policy included. */
  async close() {
    await this.context.close();
    assert.deepEqual(this.#complaints, []);
  }

  /** axe-core's verdict on what is shown now. */
  async checkAccessibility() {
    // the checker is put in from outside of the page, where the page's policy does not hold
    const session = await this.context.newCDPSession(this.page);
    await session.send('Runtime.evaluate', { expression: AXE });
    const violations = await this.page.evaluate(async () => {
      // one that is cut short, because what it moved has gone, is over as well
      await Promise.allSettled(document.getAnimations().map((animation) => animation.effect?.getTiming().iterations === Infinity || animation.finished));
      const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('\n')}`);
    });
    assert.deepEqual(violations, []);
  }

  /** Everything that can be pressed is big enough for a finger. */
  async checkTargets() {
    const small = await this.page.$$eval('button, input:not([hidden]), textarea, summary', (targets) => targets
      .filter((target) => target.checkVisibility() && !target.closest('dialog:not([open])'))
      .map((target) => ({ name: target.id || target.textContent, box: target.getBoundingClientRect() }))
      .filter(({ box }) => box.width < 44 || box.height < 44)
      .map(({ name, box }) => `${name}: ${box.width} x ${box.height}`));
    assert.deepEqual(small, []);
  }

  /** Draws a box over a part of the picture, by mouse or finger. Its corners are in pixels of the picture. */
  async draw(x1, y1, x2, y2) {
    const layer = this.page.locator('.a9s-annotationlayer');
    const [bounds, [width, height]] = [
      await layer.boundingBox(),
      await layer.evaluate((svg) => [svg.viewBox.baseVal.width, svg.viewBox.baseVal.height]),
    ];
    const at = (x, y) => ({ x: bounds.x + (x * bounds.width) / width, y: bounds.y + (y * bounds.height) / height });
    const [from, half, to] = [at(x1, y1), at((x1 + x2) / 2, (y1 + y2) / 2), at(x2, y2)];
    if (this.isTouch) {
      const session = await this.context.newCDPSession(this.page);
      const touch = (type, ...touchPoints) => session.send('Input.dispatchTouchEvent', { type, touchPoints });
      await touch('touchStart', from);
      await touch('touchMove', half);
      await touch('touchMove', to);
      await touch('touchEnd');
      return;
    }
    await this.page.mouse.move(from.x, from.y);
    await this.page.mouse.down();
    await this.page.mouse.move(half.x, half.y);
    await this.page.mouse.move(to.x, to.y);
    await this.page.mouse.up();
  }
}
