/** What the parts of a paper are called. */
import * as m from '$messages';
import type { PaperField } from '$ui/api/types.ts';

const NAMES: Record<PaperField, () => string> = {
  number_and_time: m.manager_field_number_and_time, station_and_place: m.manager_field_station_and_place, letterhead: m.manager_field_letterhead,
  number: m.manager_field_number, order_and_place: m.manager_field_order_and_place, date_and_by: m.manager_field_date_and_by, lines: m.manager_field_lines,
  guest: m.manager_field_guest, sums: m.manager_field_sums, total: m.manager_field_total, payments: m.manager_field_payments, legal: m.manager_field_legal,
  footer: m.manager_field_footer, by_and_mark: m.manager_field_by_and_mark, text: m.manager_field_text, rule: m.manager_field_rule, blank: m.manager_field_blank,
  logo: m.manager_field_logo, code: m.manager_field_code, paper_and_place: m.manager_field_paper_and_place, collect: m.manager_field_collect,
  count_and_by: m.manager_field_count_and_by, follow: m.manager_field_follow,
};

export function fieldName(field: PaperField): string {
  return NAMES[field]();
}
