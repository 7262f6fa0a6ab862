// Starts `measure.ts`, which Node 20 cannot read by itself.
import { join } from 'node:path';
import { runnerImport } from 'vite';

process.env.GEMBA_BIN ??= join(import.meta.dirname, '../../../target/release/gemba');
const { module } = await runnerImport(join(import.meta.dirname, 'measure.ts'), { configFile: false });
await module.measure();
