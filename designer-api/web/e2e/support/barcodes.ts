/** Barcodes as pictures, drawn by the same library that reads them. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { prepareZXingModule, writeBarcode } from 'zxing-wasm/writer';

/** What the camera's film shows. */
export const FILMED = 'WO-4711';

const wasm = readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/writer/zxing_writer.wasm'));
prepareZXingModule({ overrides: { wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.length) } });

/** A PNG, as a phone would photograph a label. */
export async function barcode(text: string): Promise<{ name: string; mimeType: string; buffer: Buffer }> {
  const { image, error } = await writeBarcode(text, { format: 'Code128', scale: 4 });
  if (!image) throw new Error(`no barcode of '${text}': ${error}`);
  return { name: 'label.png', mimeType: 'image/png', buffer: Buffer.from(await image.arrayBuffer()) };
}

const WIDTH = 640;
const HEIGHT = 480;

/** A film of one QR code, uncompressed: Chromium plays it as its camera. */
export async function writeCamera(path: string): Promise<void> {
  const { symbol, error } = await writeBarcode(FILMED, { format: 'QRCode', scale: 8 });
  if (error) throw new Error(error);
  const light = Buffer.alloc(WIDTH * HEIGHT, 235);
  const left = Math.floor((WIDTH - symbol.width) / 2);
  const top = Math.floor((HEIGHT - symbol.height) / 2);
  for (let row = 0; row < symbol.height; row++) {
    const from = row * symbol.width;
    light.set(symbol.data.subarray(from, from + symbol.width), (top + row) * WIDTH + left);
  }
  const grey = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
  const frame = Buffer.concat([Buffer.from('FRAME\n'), light, grey]);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, Buffer.concat([Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F5:1 Ip A1:1 C420jpeg\n`), frame, frame]));
}
