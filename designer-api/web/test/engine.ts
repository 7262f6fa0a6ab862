import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { env } from 'node:process';

import { loadEngine } from '../core/engine';

/** The engine as the page has it, or one that was built just now. */
export function engine(): Promise<void> {
  const built = env['GEMBA_ENGINE_WASM'] ?? join(import.meta.dirname, '../engine-wasm/engine.wasm');
  return loadEngine(readFileSync(built));
}

export const INSPECTION = `app: Inspection
inputs:
  - scan: Work order
    id: order
steps:
  - form: Measure
    fields:
      - measure: Shaft diameter
        limits: 24.95 to 25.05 mm
        decimals: 3
        samples: 3
      - check: Surface
      - long_text: What is wrong
        show_if: surface is not ok
      - whole: Pieces
        min: 1
        optional: yes
        default: 5
      - rows: Defects
        show_if: surface is not ok
        columns:
          - choose: Kind
            from: [scratch, dent]
          - measure: Depth
            limits: at most 0.2 mm
`;
