export type Name = 'ann' | 'bob'

/** Ann's stream, whose room has its name. */
export const streamId = 'live-from-the-kitchen'

/** What Ann and Bob said before anybody came, by the name of the room. */
export const firstWords: ReadonlyMap<string, [Name, string][]> = new Map([
  [
    'Welcome',
    [
      ['ann', 'Welcome to Parley! Everybody who opens this demo is in this room.'],
      ['ann', 'Open a second tab, choose another name, and talk to yourself.'],
      ['bob', 'Try a reply, a reaction, or an edit. Whatever you do, the other tab sees it at once.'],
    ],
  ],
  [
    'Random',
    [
      ['bob', 'Anything goes here. What did you have for breakfast?'],
      ['ann', 'Coffee. Does that count?'],
    ],
  ],
  [streamId, [['ann', 'We are live! Say hello, so that I know you are there.']]],
])
