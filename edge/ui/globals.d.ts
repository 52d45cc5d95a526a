/** The digest of the sources this page was built from. */
declare const __UI_VERSION__: string;
