/** The branch's printers and what they print, asked for again and again while it is looked at. */
import { request } from '$ui/api/client.ts';
import type { JobStatus, Jobs, List, PrinterInUse } from '$ui/api/types.ts';

class Printers {
  all = $state.raw<PrinterInUse[] | null>(null);
  jobs = $state.raw<Jobs | null>(null);
  status = $state<JobStatus>('queued');

  async load(): Promise<void> {
    const { status } = this;
    const [printers, jobs] = await Promise.all([request<List<PrinterInUse>>('settings/printers'), request<Jobs>(`print/jobs?status=${status}&limit=30`)]);
    if (printers.kind === 'ok') this.all = printers.value.items;
    if (jobs.kind === 'ok' && status === this.status) this.jobs = jobs.value;
  }

  show(status: JobStatus): void {
    this.status = status;
    void this.load();
  }

  nameOf(printer: string): string {
    return this.all?.find(({ id }) => id === printer)?.name ?? '';
  }
}

export const printers = new Printers();
