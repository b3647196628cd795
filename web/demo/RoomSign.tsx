import { hueOf } from '../chat/Avatar.js'

/** A room's letter on its colour. */
export const RoomSign = ({ id, name }: { id: string; name: string | null }) => (
  <span className="demo-sign" style={{ '--parley-hue': hueOf(id) } as object} aria-hidden="true">
    {[...(name?.trim() || '#')][0]!.toUpperCase()}
  </span>
)
