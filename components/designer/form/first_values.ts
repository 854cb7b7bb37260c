/** What a field is when it is switched on or chosen: its required members are there, to be filled in. */
export function firstValueOf(field: string): unknown {
  switch (field) {
    case 'retry':
      return { limit: 3 };
    case 'window':
      // A night where its author is.
      return {
        from: '22:00',
        to: '06:00',
        timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      };
    case 'status':
      return { url: '', succeededWhen: '' };
    case 'result':
    case 'stop':
      return { url: '' };
    case 'callback':
      return true;
    case 'seconds':
      return 60;
    case 'until':
    case 'workflow':
      return '';
    case 'work':
      return undefined;
    default:
      return {};
  }
}
