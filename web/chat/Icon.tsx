/** Lines of our own, on a field of 24 by 24. Each stands beside a label. */
const paths = {
  react: 'M12 3a9 9 0 1 0 9 9M8.5 14.2a4.2 4.2 0 0 0 7 0M9 9.5v.2M15 9.5v.2M19 2v6M16 5h6',
  smile: 'M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M8.5 14.2a4.2 4.2 0 0 0 7 0M9 9.5v.2M15 9.5v.2',
  reply: 'M9 6 4 11l5 5M4 11h9a7 7 0 0 1 7 7v1',
  edit: 'M4 20l1-4.5L16.3 4.2a1.8 1.8 0 0 1 2.5 0l1 1a1.8 1.8 0 0 1 0 2.5L8.5 19 4 20',
  trash: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5',
  close: 'M6 6l12 12M18 6 6 18',
  send: 'M12 19V5M6 11l6-6 6 6',
  down: 'M12 5v14M6 13l6 6 6-6',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  clock: 'M12 4a8 8 0 1 0 0 16a8 8 0 0 0 0-16M12 8v4.2l2.6 1.6',
  alert: 'M12 4a8 8 0 1 0 0 16a8 8 0 0 0 0-16M12 8v4.5M12 15.8v.2',
  chat: 'M4 6.5A2.5 2.5 0 0 1 6.5 4h11A2.5 2.5 0 0 1 20 6.5v8a2.5 2.5 0 0 1-2.5 2.5H11l-4.5 3.5V17A2.5 2.5 0 0 1 4 14.5z',
  clip: 'M20 11.5 12 19.3a5 5 0 0 1-7-7l8.5-8.5a3.3 3.3 0 0 1 4.7 4.7L9.8 16.8a1.6 1.6 0 0 1-2.3-2.3L15 7',
}

export type IconName = keyof typeof paths

export const Icon = ({ name }: { name: IconName }) => (
  <svg className="parley-icon" viewBox="0 0 24 24" aria-hidden="true">
    <path d={paths[name]} />
  </svg>
)
