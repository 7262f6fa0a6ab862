/** A photo as a tablet's camera takes it: larger than what is kept. */
import { browser } from './chromium';

interface File {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

let taken: Promise<File> | undefined;

/** Drawn by the browser itself: a shaft with a scratch, 2000 pixels wide. */
export function photo(): Promise<File> {
  taken ??= take();
  return taken;
}

async function take(): Promise<File> {
  const context = await (await browser()).newContext({ viewport: { width: 2000, height: 1500 } });
  const page = await context.newPage();
  await page.setContent(
    '<body style="margin:0;background:linear-gradient(#555,#ddd 45%,#333)"><hr style="width:900px;margin:700px auto;transform:rotate(-12deg);border:4px solid #722">',
  );
  const buffer = await page.screenshot({ type: 'jpeg', quality: 90 });
  await context.close();
  return { name: 'photo.jpg', mimeType: 'image/jpeg', buffer };
}
