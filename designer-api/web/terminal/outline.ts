import { useEffect, useState } from 'preact/hooks';

import { engineFailed, engineReady, outlineOf } from '../core/engine';
import { say } from '../core/i18n';
import type { Outline, OutlineField } from '../core/types';

/** Titles of an app version, once the engine is there to read its source. */
export function useOutline(app: string | undefined, version: number | undefined): Outline | undefined {
  const found = useOutlineOrNone(app, version);
  return found === 'none' ? undefined : found;
}

/** The same for who must not show anything without it: `none` when the app cannot be read here, `undefined` until that is known. */
export function useOutlineOrNone(app: string | undefined, version: number | undefined): Outline | 'none' | undefined {
  const [outline, setOutline] = useState<Outline | 'none' | undefined>(undefined);
  const ready = engineReady.value;
  const failed = engineFailed.value;
  useEffect(() => {
    if (!ready || app === undefined || version === undefined) return;
    let ended = false;
    outlineOf(app, version).then(
      (found) => !ended && setOutline(found),
      () => !ended && setOutline('none'),
    );
    return () => {
      ended = true;
    };
  }, [ready, app, version]);
  return outline ?? (failed && !ready ? 'none' : undefined);
}

/** Until the titles are there: the id as people would write it. */
export function readable(id: string): string {
  const words = id.replace(/_/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function stepTitle(outline: Outline | undefined, step: string | null): string {
  if (step === null) return '';
  const known = outline?.steps[step];
  return known ? say(known.title) : readable(step);
}

export function fieldOf(outline: Outline | undefined, step: string | null, field: string): OutlineField | undefined {
  const fields = step === null ? outline?.inputs : outline?.steps[step]?.fields;
  return fields?.find((one) => one.id === field);
}

/** The field that a formula means by this name: `shaft_diameter`, or `measure.shaft_diameter` where that is not unique. */
export function fieldNamed(outline: Outline | undefined, name: string): OutlineField | undefined {
  if (!outline) return undefined;
  const [step, field] = name.split('.');
  if (field !== undefined) return fieldOf(outline, step ?? null, field);
  const forms = [outline.inputs, ...Object.values(outline.steps).map((one) => one.fields ?? [])];
  return forms.flat().find((one) => one.id === name);
}
