/** As `setTimeout`, and it keeps no process alive. */
export function later(run: () => void, ms: number): ReturnType<typeof setTimeout> {
  const timer = setTimeout(run, ms)
  // A number in browsers.
  ;(timer as { unref?: () => void }).unref?.()
  return timer
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => later(resolve, ms))
