export const words = {
  en: { hide: 'The hide', log: 'Log', seen: 'Seen today' },
  de: { hide: 'Das Versteck', log: 'Logbuch', seen: 'Heute gesehen' },
  'pt-BR': { hide: 'O esconderijo', log: 'Diário', seen: 'Vistos hoje' },
};
