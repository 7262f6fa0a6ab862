import { useEffect } from 'preact/hooks';

import { afterPaint } from '../core/after-paint';
import { offsetSeconds, serverNow } from '../core/clock';
import { EngineForm, engineReady, sourceOf } from '../core/engine';
import { session } from '../core/session';
import { site } from '../core/site';
import type { Json } from '../core/types';
import { FormState } from '../forms/state';

/** Gives a form the engine's eyes as soon as both are loaded. Without it the form works, and the server judges. */
export function useEngine(
  state: FormState | undefined,
  app: string,
  version: number,
  step: string | null,
  context: Record<string, Json>,
): void {
  const ready = engineReady.value;
  useEffect(() => {
    if (!state || !ready) return;
    let form: EngineForm | undefined;
    let ended = false;
    const open = async () => {
      const source = await sourceOf(app, version);
      if (ended) return;
      const opened = new EngineForm(source, step, context);
      form = opened;
      state.useEngine((answers) => {
        const at_ms = serverNow();
        const offset_s = offsetSeconds(site.peek().time_zone, at_ms);
        return opened.check(answers, { at_ms, offset_s, person: session.peek()?.person.id ?? null });
      }, afterPaint);
    };
    open().catch(() => undefined);
    return () => {
      ended = true;
      form?.close();
    };
  }, [state, ready]);
}
