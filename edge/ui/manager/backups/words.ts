/** `1.234.567` bytes → «1,2 MB». */
export function size(bytes: number): string {
  const megabytes = bytes / 1_000_000;
  return megabytes >= 1 ? `${megabytes.toLocaleString('es-CO', { maximumFractionDigits: 1 })} MB` : `${Math.ceil(bytes / 1_000).toLocaleString('es-CO')} kB`;
}
