/** Who may import whom (docs/ARCHITECTURE.md). A rule's name is what `npm run rules` prints when it is broken. */

const features = ['tenants', 'users', 'auth', 'usage', 'friends', 'rooms', 'messages', 'presence', 'livestreams']

/** Features stand in an order; each uses only those before it. */
const order = features.map((feature, place) => ({
  name: `${feature}-uses-only-features-before-it`,
  severity: 'error',
  from: { path: `^src/${feature}/` },
  to: { path: `^src/(${features.slice(place + 1).join('|') || 'none'})/` },
}))

const notFrom = (name, from, to) => ({ name, severity: 'error', from, to })

module.exports = {
  forbidden: [
    ...order,
    notFrom('contract-imports-nothing-of-ours', { path: '^src/contract/' }, { path: '^src/(?!contract/)' }),
    notFrom('infra-knows-no-feature', { path: '^src/infra/' }, { path: '^src/(?!infra/|contract/)' }),
    notFrom('features-know-no-gateway', { path: `^src/(${features.join('|')})/` }, { path: '^src/(gateway|boot)/' }),
    notFrom(
      'only-controllers-use-http',
      { path: `^src/(${features.join('|')})/`, pathNot: '\\.controller\\.ts$' },
      { path: '^src/http/' },
    ),
    notFrom('http-knows-only-who-calls', { path: '^src/http/' }, { path: '^src/(users|rooms|messages|gateway|boot)/' }),
    notFrom('controllers-are-leaves', { path: '^src/', pathNot: '\\.module\\.ts$' }, { path: '\\.controller\\.ts$' }),
    notFrom(
      'rows-stay-in-their-folder',
      { path: '^src/([^/]+)/' },
      { path: '^src/[^/]+/[^/]+\\.(entity|repository|sql)\\.ts$', pathNot: '^src/$1/' },
    ),
    notFrom(
      'typeorm-only-at-rows',
      { path: '^src/', pathNot: ['\\.(entity|repository|sql)\\.ts$', '^src/infra/', '\\.module\\.ts$'] },
      { path: 'node_modules/(@nestjs/)?(typeorm|pg)/' },
    ),
    notFrom(
      'socket-io-only-in-its-files',
      { path: '^src/', pathNot: '^src/gateway/(socketio|ws)\\.[a-z]+\\.ts$' },
      { path: 'node_modules/(socket\\.io|ws|engine\\.io|@nestjs/platform-socket\\.io)/' },
    ),
    notFrom(
      'dialects-only-translate',
      { path: '^src/gateway/dialects/' },
      { path: '^src/(?!contract/|gateway/dialects/)' },
    ),
    notFrom(
      'commands-alone-name-services',
      {
        path: '^src/gateway/',
        pathNot:
          '(commands(\\.dto)?|(joining|activity|sessions|comings|opening|watching|entering|streams|ephemeral|evicting|ending)\\.service|gateway\\.module|socketio\\.gateway|ws\\.server|dispatcher)\\.ts$',
      },
      { path: `^src/(${features.join('|')})/` },
    ),
    notFrom(
      'pages-are-known-to-nobody',
      { path: `^src/(contract|infra|http|gateway|${features.join('|')})/` },
      { path: '^src/pages/' },
    ),
    notFrom('src-never-imports-tests', { path: '^src/' }, { path: '^(test|bench|examples|scripts)/' }),
    notFrom('pages-know-only-what-is-told', { path: '^(web|sdk)/' }, { path: '^(src|test|bench|scripts)/' }),
    notFrom(
      'pages-stand-apart',
      { path: '^web/(demo|console|widget)/' },
      { path: '^web/(demo|console|widget)/', pathNot: '^web/$1/' },
    ),
    notFrom('chat-is-small', { path: '^web/(chat|widget)/' }, { path: '(^web/(demo|console)/|/@mantine/)' }),
    notFrom('the-client-knows-no-page', { path: '^sdk/' }, { path: '^web/' }),
    notFrom('no-cycles', {}, { circular: true }),
    notFrom('no-orphans', { orphan: true, path: '^src/', pathNot: '\\.spec\\.ts$' }, {}),
    notFrom(
      'no-undeclared-packages',
      { path: '^src/' },
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown', 'npm-dev'] },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: false,
  },
}
