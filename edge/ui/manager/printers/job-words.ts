/** What the states of printers and of what they print are called. */
import * as m from '$messages';
import type { JobStatus, PrinterInUse } from '$ui/api/types.ts';

const JOBS: Record<JobStatus, () => string> = {
  queued: m.manager_job_queued, sending: m.manager_job_sending, sent: m.manager_job_sent, printed: m.manager_job_printed, unknown: m.manager_job_unknown,
  held: m.manager_job_held, failed: m.manager_job_failed, rerouted: m.manager_job_rerouted, cancelled: m.manager_job_cancelled,
};

const PRINTERS: Record<PrinterInUse['status'], () => string> = {
  unknown: m.manager_printer_unknown, ready: m.manager_printer_ready, printing: m.manager_printer_printing, down: m.manager_printer_down,
  paper_out: m.manager_printer_paper_out, cover_open: m.manager_printer_cover_open, paused: m.manager_printer_paused,
};

export function jobStatusName(status: JobStatus): string {
  return JOBS[status]();
}

export function printerStatusName(status: PrinterInUse['status']): string {
  return PRINTERS[status]();
}

/** Somebody has to go there. */
export function isTroubled(status: PrinterInUse['status']): boolean {
  return status === 'down' || status === 'paper_out' || status === 'cover_open';
}

/** It is over: nothing can be done with it but look. */
export function isEnded(status: JobStatus): boolean {
  return status === 'printed' || status === 'rerouted' || status === 'cancelled';
}
