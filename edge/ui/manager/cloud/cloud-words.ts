/** What a status means for whoever runs the branch: a headline, what to do, and how pressing it is. */
import * as m from '$messages';
import type { SyncStatus } from '$ui/api/types.ts';

export interface Verdict { look: 'good' | 'plain' | 'attention' | 'danger'; title: string; advice: string }

export function verdictOf({ status, waiting }: SyncStatus): Verdict {
  switch (status) {
    case 'off': return { look: 'plain', title: m.cloud_off(), advice: m.cloud_off_advice() };
    case 'offline': return { look: 'attention', title: unsafe(waiting) ?? m.cloud_offline(), advice: m.cloud_offline_advice() };
    case 'connecting': return { look: 'plain', title: unsafe(waiting) ?? m.cloud_connecting(), advice: m.cloud_connecting_advice() };
    case 'streaming': return waiting === 0
      ? { look: 'good', title: m.cloud_safe(), advice: m.cloud_safe_advice() }
      : { look: 'plain', title: unsafe(waiting) ?? '', advice: m.cloud_sending_advice() };
    case 'fenced': return { look: 'danger', title: m.cloud_fenced(), advice: m.cloud_fenced_advice() };
    case 'stranger': return { look: 'danger', title: m.cloud_stranger(), advice: m.cloud_stranger_advice() };
    case 'unsupported': return { look: 'danger', title: m.cloud_unsupported(), advice: m.cloud_unsupported_advice() };
    case 'stuck': return { look: 'danger', title: m.cloud_stuck(), advice: m.cloud_stuck_advice() };
    default: return never(status);
  }
}

function unsafe(waiting: number): string | null {
  if (waiting === 0) return null;
  return waiting === 1 ? m.cloud_unsafe_one() : m.cloud_unsafe({ count: waiting });
}

function never(status: never): never {
  throw new Error(`no words for ${String(status)}`);
}
