/** Hands a text to the browser as a file to keep. */
export function downloadText(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // After the click has been dealt with, which is not within it.
  setTimeout(() => URL.revokeObjectURL(url), 1_000);
}

export function downloadJson(name: string, value: unknown): void {
  downloadText(name, 'application/json', `${JSON.stringify(value, null, 2)}\n`);
}
