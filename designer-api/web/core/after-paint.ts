/** So long is waited for a frame at most: a page out of sight has none. */
const FRAME_MS_MAX = 100;

/** Runs when the browser has painted what has been changed so far. */
export function afterPaint(run: () => void): void {
  let done = false;
  const once = () => {
    if (done) return;
    done = true;
    clearTimeout(late);
    run();
  };
  const late = setTimeout(once, FRAME_MS_MAX);
  // The frame is made after its callbacks; a task comes after the frame.
  requestAnimationFrame(() => setTimeout(once));
}
