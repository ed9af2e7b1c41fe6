import { defineConfig } from 'vite';

export default defineConfig({
  build: {
    outDir: '../wwwroot',
    emptyOutDir: true,
    target: ['chrome123', 'firefox120', 'safari17.5'],
    // data: URLs are not in the Content-Security-Policy
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: { '^/gpt4roi\\.v1\\.': 'http://localhost:5091' },
  },
});
