// The deployments that docs/SCALING.md shows.
export const scenarios = [
  { title: 'a firm', users: 20_000, connected: 0.25, rooms: 6000, members: 10, rate: 50, days: 365 },
  { title: '100,000 sockets', users: 500_000, connected: 0.17, rooms: 150_000, members: 10, rate: 500, days: 365 },
  { title: 'a million sockets', users: 4_200_000, connected: 0.2, rooms: 1_260_000, members: 10, rate: 5000, days: 90 },
  { title: '10,000 tenants', users: 1_000_000, connected: 0.1, rooms: 500_000, members: 6, rate: 1000, days: 365 },
  { title: 'a stream of 100,000', users: 100_000, connected: 1, rooms: 1, members: 100_000, rate: 20, days: 30 },
]
