/** By which the page's policy knows the styles that the page makes for itself. */
export const cspNonce = (): string => document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? ''

// What keeps the page from scrolling behind a dialog makes a style, too, and looks for the nonce under this name.
Object.assign(globalThis, { __webpack_nonce__: cspNonce() })
