/** Full screen, where the browser has it. An app that was installed to the start page is full already. */

export type FullScreenState = 'off' | 'on' | 'absent';

export function fullScreenState(): FullScreenState {
  if (document.fullscreenElement !== null && document.fullscreenElement !== undefined) return 'on';
  if (matchMedia('(display-mode: fullscreen), (display-mode: standalone)').matches) return 'on';
  return document.fullscreenEnabled === true ? 'off' : 'absent';
}

/** From a touch. */
export async function enterFullScreen(): Promise<void> {
  if (fullScreenState() !== 'off') return;
  try {
    await document.documentElement.requestFullscreen({ navigationUI: 'hide' });
  } catch {
    // Refused: the state says so.
  }
}

export async function leaveFullScreen(): Promise<void> {
  if (document.fullscreenElement) await document.exitFullscreen().catch(() => undefined);
}
