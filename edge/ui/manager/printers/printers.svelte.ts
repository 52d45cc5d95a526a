/** The branch's printers and what they print, asked for again and again while it is looked at. */
import { newKey, request, type Outcome } from '$ui/api/client.ts';
import type { Job, Jobs, JobStatus, List, PrinterInUse } from '$ui/api/types.ts';

export type PrinterAct = 'pause' | 'resume' | 'test';

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

  tell(printer: PrinterInUse, act: PrinterAct): Promise<Outcome<unknown>> {
    return this.#told(`printers/${printer.id}/${act}`);
  }

  /** What becomes of tickets that waited too long. */
  decide(printer: PrinterInUse, act: 'print' | 'summary' | 'discard'): Promise<Outcome<unknown>> {
    return this.#told(`printers/${printer.id}/held`, { act });
  }

  retry(job: Job): Promise<Outcome<unknown>> {
    return this.#told(`print/jobs/${job.id}/retry`);
  }

  cancel(job: Job): Promise<Outcome<unknown>> {
    return this.#told(`print/jobs/${job.id}/cancel`);
  }

  reroute(job: Job, printer: string): Promise<Outcome<unknown>> {
    return this.#told(`print/jobs/${job.id}/reroute`, { printer });
  }

  async #told(path: string, body?: unknown): Promise<Outcome<unknown>> {
    const outcome = await request(path, { method: 'POST', key: newKey(), ...(body === undefined ? {} : { body }) });
    await this.load();
    return outcome;
  }
}

export const printers = new Printers();
