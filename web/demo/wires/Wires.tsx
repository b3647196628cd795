import type { Session } from '../session.js'

/** The dialects' frames, seen raw. */
export const Wires = ({ session }: { session: Session }) => <p>Frames of {session.display_name} will be shown here.</p>
