/** The paired screens, and the codes that let further ones in. */
import { newKey, request, type Outcome } from '$ui/api/client.ts';
import type { DevicePlan, List, PairedDevice, PairingCode } from '$ui/api/types.ts';

class Devices {
  all = $state.raw<PairedDevice[] | null>(null);

  async load(): Promise<void> {
    const outcome = await request<List<PairedDevice>>('devices');
    if (outcome.kind === 'ok') this.all = outcome.value.items;
  }

  invite(plan: DevicePlan): Promise<Outcome<PairingCode>> {
    return request<PairingCode>('devices/codes', { body: plan, key: newKey() });
  }

  async change({ id }: PairedDevice, plan: DevicePlan): Promise<Outcome<unknown>> {
    const outcome = await request(`devices/${id}`, { method: 'PUT', body: plan });
    await this.load();
    return outcome;
  }

  async unlock({ id }: PairedDevice): Promise<Outcome<unknown>> {
    const outcome = await request(`devices/${id}/unlock`, { method: 'POST' });
    await this.load();
    return outcome;
  }

  async revoke({ id }: PairedDevice): Promise<Outcome<unknown>> {
    const outcome = await request(`devices/${id}`, { method: 'DELETE' });
    await this.load();
    return outcome;
  }
}

export const devices = new Devices();
