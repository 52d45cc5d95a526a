/** The alerts of this till's branch, and whether they are looked at. */
import { Alerts } from '$ui/alerts/alerts.svelte.ts';

class TillAlerts extends Alerts {
  isOpen = $state(false);
}

export const alerts = new TillAlerts();
