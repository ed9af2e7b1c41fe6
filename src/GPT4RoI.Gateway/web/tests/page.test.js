import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { devices, launch, Tab } from './browser.js';
import { FlakyProxy } from './flaky-proxy.js';
import { answer, watch } from './grpc-web.js';
import { Standalone } from './standalone.js';
import { answers, ask, boxes, choose, numbers, press, ramble, sample, SCOOTER, temperature, upload } from './steps.js';

const SCOOTER_BOX = [4, 62, 78, 121];
const ONION_BOX = [20, 2, 73, 66];
const HERB_BOX = [89, 33, 123, 70];

let browser;
let server;

before(async () => {
  // so few that a scenario can fill them, and enough for one that is just being stopped
  [browser, server] = await Promise.all([launch(), Standalone.start({ Gateway__Admission__MaxStreams: '2' })]);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

for (const device of ['desktop, light', 'mobile, dark']) {
  describe(device, () => {
    it('uploads, draws two boxes, asks, streams; adds a box in turn 2; resumes after a reload', scenario(device, async (tab) => {
      const { page } = tab;
      await upload(tab);
      await tab.draw(...SCOOTER_BOX);
      await tab.draw(...ONION_BOX);
      await boxes(page, 2);
      await temperature(page, 0);
      await page.fill('#question', 'What is in ');
      await page.click('.chip[data-region="1"]');
      await page.locator('#question').pressSequentially(' and ');
      await page.click('.chip[data-region="2"]');
      assert.equal(await page.inputValue('#question'), 'What is in <region1> and <region2>');
      await page.keyboard.type('?');
      await page.keyboard.press('Enter');
      await answers(page, 'region1 is a scooter and region2 is an onion.');
      assert.match(await page.locator('.stats summary').textContent(), /^\d+ tokens · first after .+ · .+ tok\/s · queued .+/);

      await tab.draw(...HERB_BOX);
      await ask(page, 'What is <region3>?');
      await answers(page, 'region1 is a scooter and region2 is an onion.', 'A herb.');

      await page.reload();
      await answers(page, 'region1 is a scooter and region2 is an onion.', 'A herb.');
      await boxes(page, 3);
      assert.equal(await page.locator('#picture-note').isHidden(), true);
      await ask(page, 'Which of <region1> and <region3> is bigger?');
      await page.locator('.stats').waitFor();
    }));

    it('a sample brings boxes and a question; what does not fit is explained before it is sent', scenario(device, async (tab) => {
      const { page } = tab;
      await sample(page);
      const problem = page.locator('.review.problem');
      await page.fill('#question', 'Is <region7> near <region1>?');
      await problem.getByText('There is no box for <region7>').waitFor();
      await page.keyboard.press('Enter');
      assert.equal(await page.locator('.turn').count(), 0);
      assert.equal(await page.getAttribute('#question', 'aria-invalid'), 'true');
      await page.fill('#question', 'What is <region1>?');
      await page.locator('.review').getByText('Box 2 not mentioned').waitFor();
      assert.equal(await problem.count(), 0);
      await page.fill('#question', '');
      await page.locator('.suggestion').first().click();
      assert.equal(await page.inputValue('#question'), 'What is <region1>?');
    }));

    it('everything can be done from the keyboard', scenario(device, async (tab) => {
      const { page } = tab;
      await press(page, page.getByRole('button', { name: 'Scooter and onion' }));
      await boxes(page, 2);
      await press(page, page.getByRole('button', { name: 'Add a box' }));
      await boxes(page, 3);
      for (const number of HERB_BOX) {
        await page.keyboard.type(String(number));
        await page.keyboard.press('Tab');
      }
      assert.deepEqual(await numbers(page, 3), HERB_BOX);
      // out of the picture and out of order: put right
      await page.getByLabel('region 3, x2').fill('900');
      await page.getByLabel('region 3, y1').fill('80');
      await page.keyboard.press('Tab');
      assert.deepEqual(await numbers(page, 3), [89, 70, 128, 80]);
      await page.locator('.chip[data-region="3"]').focus();
      await page.keyboard.press('Delete');
      await boxes(page, 2);
      await page.locator('#question').focus();
      await page.keyboard.type('!');
      await page.keyboard.press('Shift+Enter');
      assert.match(await page.inputValue('#question'), /!\n$/);
    }));

    it('a box is selected, moved and deleted', scenario(device, async (tab) => {
      const { page } = tab;
      await upload(tab);
      await tab.draw(...SCOOTER_BOX);
      await boxes(page, 1);
      await tab.draw(40, 90, 40, 90); // a click, or a tap
      await page.locator('.box.selected').waitFor();
      await tab.draw(40, 90, 50, 80);
      await page.waitForFunction(() => document.querySelector('.region input')?.value === '14');
      assert.deepEqual(await numbers(page, 1), [14, 52, 88, 111]);
      await page.keyboard.press('Delete');
      await boxes(page, 0);
    }));

    it('an answer is stopped, by key and by button; the conversation does not remember it', scenario(device, async (tab) => {
      const { page } = tab;
      await sample(page);
      await ramble(page);
      await page.click('#send');
      await page.locator('.answer.streaming').waitFor();
      assert.equal(await page.getAttribute('#log', 'aria-busy'), 'true');
      await page.keyboard.press('Escape');
      await page.getByText('Stopped. The model will not remember this turn.').first().waitFor();
      await page.locator('#log[aria-busy="false"]').waitFor();

      await page.getByRole('button', { name: 'Ask again' }).click();
      await page.locator('.answer.streaming').waitFor();
      await page.click('#stop');
      await page.locator('.unfinished').waitFor();
      assert.equal(await page.locator('.turn').count(), 1);
      assert.equal(await page.locator('.region button:visible').count() > 0 || tab.isTouch, true); // its boxes are new again

      await page.reload();
      await page.locator('.stage img').waitFor();
      assert.equal(await page.locator('.turn').count(), 0);
    }));

    it('copies an answer, and asks the same again as a further turn', scenario(device, async (tab) => {
      const { page, context } = tab;
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      await sample(page);
      await temperature(page, 0);
      await page.click('#send');
      await answers(page, 'region1 is a scooter and region2 is an onion.');
      await page.getByRole('button', { name: 'Copy' }).click();
      await page.getByText('Copied.').waitFor();
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'region1 is a scooter and region2 is an onion.');
      await page.getByRole('button', { name: 'Ask again' }).click();
      await page.locator('.stats').nth(1).waitFor();
      assert.equal(await page.locator('.turn').count(), 2);
    }));

    it('refuses a file that is no picture, and says what the server says of a broken one', scenario(device, async (tab) => {
      const { page } = tab;
      await choose(page, { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') });
      await page.getByRole('alert').getByText('this file is text/plain').waitFor();
      await choose(page, { name: 'broken.png', mimeType: 'image/png', buffer: (await readFile(SCOOTER)).subarray(0, 20) });
      await page.getByRole('alert').getByText('IMAGE_HEADER').waitFor();
      assert.equal(await page.getByRole('button', { name: 'Try again' }).count(), 0); // it would not help
      await page.getByRole('button', { name: 'Dismiss' }).click();
      await page.getByRole('alert').waitFor({ state: 'detached' });
    }));

    it('takes pasted and dropped pictures', scenario(device, async (tab) => {
      const { page } = tab;
      for (const way of ['paste', 'drop']) {
        await page.evaluate(async (type) => {
          const picture = await (await fetch(document.querySelector('.sample img').src)).blob();
          const data = new DataTransfer();
          data.items.add(new File([picture], 'scene.png', { type: 'image/png' }));
          const init = { bubbles: true, cancelable: true };
          document.body.dispatchEvent(type === 'paste'
            ? new ClipboardEvent(type, { ...init, clipboardData: data })
            : new DragEvent(type, { ...init, dataTransfer: data }));
        }, way);
        await page.locator('.stage img').waitFor();
        await page.goto(server.url);
      }
    }));

    it('a full server is told with its reason, and tried again when the time has come', scenario(device, async (tab) => {
      const { page } = tab;
      await sample(page);
      await temperature(page, 0);
      const others = await Promise.all([1, 2].map(() => watch(server.url)));
      const countdown = page.getByRole('button', { name: 'Try again in 1 s' }).waitFor();
      await page.click('#send');
      await page.getByRole('alert').getByText('SERVER_STREAMS').waitFor();
      await countdown;
      others.forEach((leave) => leave());
      await page.getByRole('button', { name: 'Try again', exact: true }).click();
      await answers(page, 'region1 is a scooter and region2 is an onion.');
    }));

    it('an answer whose connection breaks goes on behind its last token', throughProxy(device, async ({ page }, proxy) => {
      await page.evaluate(() => {
        window.seen = [];
        new MutationObserver((changes) => window.seen.push(...changes.map(({ target }) => target.textContent)))
          .observe(document.getElementById('log'), { characterData: true, subtree: true });
      });
      proxy.cuts = [1, 0]; // by then the rest may come as one chunk: the server has not waited
      proxy.beforeCut = () => page.waitForFunction(() => document.querySelector('.answer')?.textContent);
      await page.click('#send');
      await answers(page, 'region1 is a scooter and region2 is an onion.');
      assert.equal(proxy.questions.length, 3);
      const whole = 'region1 is a scooter and region2 is an onion.';
      assert.deepEqual((await page.evaluate(() => window.seen)).filter((text) => !whole.startsWith(text)), []);
    }));

    it('a connection that breaks before anything has come is tried once more', throughProxy(device, async ({ page }, proxy) => {
      proxy.cuts = [-1];
      await page.click('#send');
      await answers(page, 'region1 is a scooter and region2 is an onion.');
      assert.equal(proxy.questions.length, 2);
      proxy.cuts = [-1, -1];
      await ask(page, 'And what is in <region1>?');
      await page.getByRole('alert').getByText('The server cannot be reached.').waitFor();
      assert.equal(proxy.questions.length, 4);
      assert.deepEqual(proxy.questions[2], proxy.questions[3]);
    }));

    it('a reload in mid-answer goes on with the same turn, in the same words', throughProxy(device, async ({ page }, proxy) => {
      await temperature(page, 1);
      await ramble(page);
      proxy.holdEnd = true; // on a fast machine the server can be at the end before the page is back
      await page.click('#send');
      await page.waitForFunction(() => document.querySelector('.answer').textContent.length > 40);
      const begun = await page.locator('.answer').textContent();
      await page.reload();
      await page.waitForFunction((start) => document.querySelector('.answer')?.textContent.startsWith(start), begun);
      assert.equal(await page.locator('.turn').count(), 1);
      await boxes(page, 2);
      await page.keyboard.press('Escape');
      await page.locator('.unfinished').waitFor();
    }));

    it('an answer that ended while the page was reloaded is there', throughProxy(device, async ({ page }, proxy) => {
      proxy.holdAfter = 2;
      await page.click('#send');
      await proxy.keepsTheEnd;
      await page.reload();
      proxy.release();
      await answers(page, 'region1 is a scooter and region2 is an onion.');
      assert.equal(await page.locator('.turn').count(), 1);
      await boxes(page, 2);
    }));

    it('shows markup in an answer as text', scenario(device, async (tab) => {
      const { page } = tab;
      await sample(page);
      const markup = ['<img src=x onerror="document.title = 1">', '<script>document.title = 1</script>'];
      await page.route('**/gpt4roi.v1.ConversationService/Ask', (route) =>
        route.fulfill({ contentType: 'application/grpc-web+proto', body: answer(...markup) }));
      await page.click('#send');
      await answers(page, markup.join(''));
      assert.equal(await page.locator('.log img, .log script').count(), 0);
      assert.equal(await page.title(), 'GPT4RoI');
    }));

    it('clears a conversation, and finds the way back to the beginning', scenario(device, async (tab) => {
      const { page } = tab;
      await sample(page);
      await temperature(page, 0);
      await page.click('#send');
      await page.locator('.stats').waitFor();
      const cleared = page.url();
      await page.getByRole('button', { name: 'Clear' }).click();
      await boxes(page, 0);
      assert.equal(await page.locator('.turn').count(), 0);
      await page.goto(cleared);
      await page.reload();
      await page.getByRole('alert').getByText('CONVERSATION_NOT_FOUND').waitFor();
      await page.goto(server.url);
      await page.getByRole('button', { name: 'Choose a picture' }).waitFor();
    }));

    it('shows the boxes on an empty canvas if the picture is not in this browser', scenario(device, async (tab) => {
      const { page } = tab;
      await sample(page);
      await temperature(page, 0);
      await page.click('#send');
      await page.locator('.stats').waitFor();
      const elsewhere = await Tab.open(browser, page.url(), devices[device]);
      await boxes(elsewhere.page, 2);
      await elsewhere.page.locator('#picture-note').waitFor();
      await elsewhere.close();
    }));
  });
}

describe('a gateway with keys', () => {
  const key = 'a-key-of-this-test';
  let guarded;

  before(async () => {
    guarded = await Standalone.start({
      Gateway__ApiKeys__0__Tenant: 'acme',
      Gateway__ApiKeys__0__Sha256: createHash('sha256').update(key).digest('hex'),
    });
  });

  after(() => guarded?.stop());

  it('asks for the key once, and again if it is wrong', scenario('desktop, light', async (tab) => {
    const { page } = tab;
    await page.getByRole('dialog').waitFor();
    await tab.checkAccessibility();
    await page.getByLabel('Key', { exact: true }).fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('The server does not know this key.').waitFor();
    await page.getByLabel('Key', { exact: true }).fill(key);
    await page.keyboard.press('Enter');
    await page.locator('#model').getByText('demo-small').waitFor();
    await sample(page);
    await page.reload();
    await page.locator('.stage img').waitFor();
    assert.equal(await page.getByRole('dialog').count(), 0);
  }, () => guarded.url));

  it('a picture that the server has lost is uploaded again', scenario('mobile, dark', async ({ page }) => {
    await page.getByLabel('Key', { exact: true }).fill(key);
    await page.keyboard.press('Enter');
    await sample(page);
    await temperature(page, 0);
    await page.click('#send');
    await answers(page, 'region1 is a scooter and region2 is an onion.');
    await guarded.restart(); // uploads live in memory only
    await ask(page, 'Is <region1> a dog?');
    await answers(page, 'region1 is a scooter and region2 is an onion.', 'It is a scooter, so no.');
  }, () => guarded.url));
});

describe('the reference of the API', () => {
  it('shows every call and makes one', scenario('desktop, light', async ({ page }) => {
    await page.getByText('/gpt4roi/v1/conversations/{conversationId}:ask').waitFor();
    await page.getByText('/gpt4roi/v1/model', { exact: true }).click();
    await page.getByRole('button', { name: 'Try it out' }).click();
    await page.getByRole('button', { name: 'Execute' }).click();
    await page.locator('.live-responses-table').getByText('"demo-small"').first().waitFor();
  }, () => `${server.url}reference`));
});

describe('accessibility', () => {
  let proxy;

  before(async () => {
    proxy = await FlakyProxy.start(server.port);
  });

  after(() => proxy?.stop());

  for (const name of Object.keys(devices)) {
    it(`axe finds nothing, and targets are big enough (${name})`, scenario(name, async (tab) => {
      const { page } = tab;
      const check = async () => {
        await tab.checkAccessibility();
        await tab.checkTargets();
      };
      await page.locator('#model:not(:empty)').waitFor();
      await check();
      await choose(page, { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') });
      await page.getByRole('alert').waitFor();
      await check();
      await sample(page);
      await page.getByRole('button', { name: 'Add a box' }).click();
      await page.click('#sampling-open');
      await check();
      await page.keyboard.press('Escape');
      await page.fill('#question', 'What is <region3>, and <region9>?');
      await page.locator('.review.problem').waitFor();
      await check();
      proxy.holdAfter = 1;
      await ask(page, 'What is <region3>?');
      await page.locator('.answer.streaming').waitFor();
      await check();
      proxy.release();
      await page.locator('.stats summary').click();
      await check();
      await ramble(page);
      await ask(page, 'What is <region1>?');
      await page.locator('.answer.streaming').waitFor();
      await page.click('#stop');
      await page.locator('.unfinished').waitFor();
      await check();
    }, () => proxy.url));
  }
});

/** A scenario in a tab of its own. */
function scenario(device, run, at = () => server.url) {
  return async () => {
    const tab = await Tab.open(browser, at(), devices[device]);
    try {
      await run(tab);
    } catch (failure) {
      throw new Error(`${failure.message}\nThe page: ${await tab.page.locator('body').innerText()}`, { cause: failure });
    } finally {
      await tab.close();
    }
  };
}

/** A scenario with the first sample, through a proxy that can break connections. */
function throughProxy(device, run) {
  return scenario(device, async (tab) => {
    const proxy = await FlakyProxy.start(server.port);
    try {
      await tab.page.goto(proxy.url);
      await sample(tab.page);
      await temperature(tab.page, 0);
      await run(tab, proxy);
    } finally {
      await proxy.stop();
    }
  });
}
