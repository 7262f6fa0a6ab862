/** Barcodes from pictures by zxing, loaded when the first one is read. The module is served by us: a factory's network
 *  ends at its gate. */
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url';

prepareZXingModule({ overrides: { locateFile: (path: string, prefix: string) => (path.endsWith('.wasm') ? wasmUrl : prefix + path) } });

/** The text of the first code in a picture. */
export async function decode(picture: Blob | ImageData): Promise<string | undefined> {
  const found = await readBarcodes(picture, { tryHarder: true, maxNumberOfSymbols: 1 });
  return found.find((code) => code.isValid)?.text;
}
