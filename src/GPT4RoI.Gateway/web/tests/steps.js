import { join } from 'node:path';
import { rambling } from './grpc-web.js';

export const SCOOTER = join(import.meta.dirname, '../samples/scooter.png');

export async function choose(page, file) {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose a picture' }).click();
  await (await chooser).setFiles(file);
}

export async function upload({ page }) {
  await choose(page, SCOOTER);
  await page.locator('.stage img').waitFor();
}

export async function sample(page) {
  await page.getByRole('button', { name: 'Scooter and onion' }).click();
  await boxes(page, 2);
  await page.locator('#send:enabled').waitFor();
}

export async function boxes(page, count) {
  await page.waitForFunction((wanted) => document.querySelectorAll('.box').length === wanted, count);
}

export async function temperature(page, value) {
  await page.click('#sampling-open');
  await page.getByLabel('Temperature').fill(String(value));
  await page.click('#sampling-open');
}

/** Makes answers long; gives what makes them short again. */
export async function ramble(page) {
  const asks = '**/gpt4roi.v1.ConversationService/Ask';
  await page.route(asks, (route) => route.continue({ postData: rambling(route.request().postDataBuffer()) }));
  return () => page.unroute(asks);
}

export async function ask(page, question) {
  await page.fill('#question', question);
  await page.keyboard.press('Enter');
}

/** Waits until these are all the answers, and the last one has ended. */
export async function answers(page, ...texts) {
  await page.waitForFunction(
    (wanted) => JSON.stringify(Array.from(document.querySelectorAll('.answer'), (answer) => answer.textContent)) === JSON.stringify(wanted)
      && document.querySelector('#log').getAttribute('aria-busy') === 'false',
    texts,
  );
}

/** The four numbers of a region, as its row shows them. */
export async function numbers(page, id) {
  return page.$$eval(`.region[data-region="${id}"] input`, (fields) => fields.map((field) => Number(field.value)));
}

export async function press(page, button) {
  await button.focus();
  await page.keyboard.press('Enter');
}
