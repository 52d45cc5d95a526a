/** The alerts of this till's branch. */
import { Alerts } from '$ui/alerts/alerts.svelte.ts';

export const alerts = new Alerts();
