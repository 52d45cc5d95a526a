/** The digest of the sources this page was built from. */
declare const __UI_VERSION__: string;

/** The English of a screen's messages, made by `build/messages.ts`. */
declare module 'virtual:english' {
  const words: import('./language/say.ts').OtherWords;
  export default words;
}
