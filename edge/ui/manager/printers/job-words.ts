/** What the states of a print job are called. */
import * as m from '$messages';
import type { JobStatus } from '$ui/api/types.ts';

const NAMES: Record<JobStatus, () => string> = {
  queued: m.manager_job_queued, sending: m.manager_job_sending, printed: m.manager_job_printed, failed: m.manager_job_failed, cancelled: m.manager_job_cancelled,
};

export function jobStatusName(status: JobStatus): string {
  return NAMES[status]();
}
