/** How the box is, as its doctor says; asked for when somebody looks, for each look takes the box a second or two. */
import { request, type Problem } from '$ui/api/client.ts';
import type { Doctor } from '$ui/api/types.ts';

class Health {
  doctor = $state.raw<Doctor | null>(null);
  looking = $state(false);
  problem = $state.raw<Problem | null>(null);
  silent = $state(false);

  async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    const outcome = await request<Doctor>('health/doctor');
    this.looking = false;
    this.silent = outcome.kind === 'unreachable';
    this.problem = outcome.kind === 'refused' ? outcome.problem : null;
    if (outcome.kind === 'ok') this.doctor = outcome.value;
  }
}

export const health = new Health();
