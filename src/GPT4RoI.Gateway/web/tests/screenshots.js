// Takes the pictures of the page in docs/images: npm run screenshots
import { join } from 'node:path';
import { devices, launch, Tab } from './browser.js';
import { Standalone } from './standalone.js';

const IMAGES = join(import.meta.dirname, '../../../../docs/images');

const server = await Standalone.start();
const browser = await launch();
try {
  await take('desktop, light', 'page-desktop');
  await take('desktop, dark', 'page-dark');
  await take('mobile, light', 'page-mobile');
} finally {
  await browser.close();
  await server.stop();
}

async function take(device, name) {
  const tab = await Tab.open(browser, server.url, devices[device]);
  const { page } = tab;
  await page.getByRole('button', { name: 'Unicorn and waffle' }).click();
  await page.locator('#send:enabled').click();
  await page.locator('.stats').waitFor();
  await tab.draw(80, 70, 116, 91);
  await page.fill('#question', 'What is <region4>?');
  await page.keyboard.press('Enter');
  await page.locator('.stats').nth(1).waitFor();
  await page.fill('#question', 'Is <region2> to the left or to the right of <region4>?');
  await page.screenshot({ path: join(IMAGES, `${name}.png`), animations: 'disabled', caret: 'hide' });
  await tab.close();
}
