/**
 * What the messages are said in: Spanish stands in the page itself, another language is fetched when the device has chosen
 * it. `build/messages.ts` makes every message a call of `say`.
 */

/** Words, or what makes them of its inputs. */
export type Words = string | ((inputs: never) => string);

/** By the place of each message in the build. */
export type OtherWords = Readonly<Record<string, Words>>;

let other: OtherWords = {};

/** From now on messages are said in these words; in Spanish where there are none. */
export function sayIn(words: OtherWords): void {
  other = words;
}

export function say(place: string | number, spanish: Words): (inputs: never) => string {
  return (inputs) => {
    const words = other[place] ?? spanish;
    return typeof words === 'string' ? words : words(inputs);
  };
}
