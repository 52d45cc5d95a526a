/** What courses are called. */
import * as m from '$messages';

/** Those that can be chosen at the counter; the box knows nine. */
export const COURSES = [1, 2, 3, 4] as const;

export function courseName(course: number): string {
  return m.pos_course_number({ course });
}
