// How a tenant floods: what it may (`limits`, that of its own; {}: the deployment's), and what it does a second.
//
//   pace    what is done a second, by kind; without one everything is done as fast as it goes, with some of each outstanding
const wide = 1_000_000
const rates = ['user', 'tenant', 'socket', 'user_message', 'tenant_message', 'user_join', 'tenant_join']

export const floods = [
  {
    name: 'beyond',
    title: 'Beyond its limits: all as fast as it goes, by the limits of the deployment',
    limits: {},
    atMost: 2,
  },
  {
    name: 'within',
    title: 'Within its limits: what the limits of the deployment let through of messages, and reads beside that',
    limits: {},
    pace: { say: 350, send: 50, read: 200, search: 50, join: 50 },
    atMost: 2,
  },
  {
    name: 'messages',
    title: 'Messages alone, within its limits',
    limits: {},
    pace: { say: 400, send: 50, read: 0, search: 0, join: 0 },
    atMost: 2,
  },
  {
    name: 'reads',
    title: 'Reads and searches alone, within its limits',
    limits: {},
    pace: { say: 0, send: 0, read: 200, search: 50, join: 0 },
    atMost: 2,
  },
  {
    name: 'unlimited',
    title: 'With no limits to speak of, as fast as it goes',
    limits: Object.fromEntries(
      rates.flatMap((name) => [`${name}_burst`, `${name}_per_second`].map((limit) => [limit, wide])),
    ),
  },
]
