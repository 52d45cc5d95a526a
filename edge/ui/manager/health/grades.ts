/** The grades of the doctor's lines: their order and their names. */
import * as m from '$messages';
import type { DoctorLine } from '$ui/api/types.ts';

export type Grade = DoctorLine['grade'];

const ORDER: Grade[] = ['bad', 'attention', 'good'];
const NAMES: Record<Grade, () => string> = { good: m.manager_health_good, attention: m.manager_health_attention, bad: m.manager_health_bad };

export function gradeName(grade: Grade): string {
  return NAMES[grade]();
}

/** Worst first; within a grade as the doctor says them. */
export function worstFirst(lines: DoctorLine[]): DoctorLine[] {
  return [...lines].sort((a, b) => ORDER.indexOf(a.grade) - ORDER.indexOf(b.grade));
}
