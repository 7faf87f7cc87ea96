// The bundled fonts, for the page (CSS @font-face in app.css) and for the map (`font-faces` of the style): the same files.
// A fresh machine may have no Arabic or Cyrillic face at all, so labels never depend on system fonts.
import arabicRanges from '@fontsource/noto-sans-arabic/unicode.json';
import ranges from '@fontsource/noto-sans/unicode.json';
import arabic400 from '@fontsource/noto-sans-arabic/files/noto-sans-arabic-arabic-400-normal.woff2?url';
import arabic600 from '@fontsource/noto-sans-arabic/files/noto-sans-arabic-arabic-600-normal.woff2?url';
import cyrillic400 from '@fontsource/noto-sans/files/noto-sans-cyrillic-400-normal.woff2?url';
import cyrillic600 from '@fontsource/noto-sans/files/noto-sans-cyrillic-600-normal.woff2?url';
import cyrillicExt400 from '@fontsource/noto-sans/files/noto-sans-cyrillic-ext-400-normal.woff2?url';
import cyrillicExt600 from '@fontsource/noto-sans/files/noto-sans-cyrillic-ext-600-normal.woff2?url';
import latin400 from '@fontsource/noto-sans/files/noto-sans-latin-400-normal.woff2?url';
import latin600 from '@fontsource/noto-sans/files/noto-sans-latin-600-normal.woff2?url';
import latinExt400 from '@fontsource/noto-sans/files/noto-sans-latin-ext-400-normal.woff2?url';
import latinExt600 from '@fontsource/noto-sans/files/noto-sans-latin-ext-600-normal.woff2?url';

const face = (url: string, range: string) => ({ url: new URL(url, document.baseURI).href, 'unicode-range': range.split(',') });

const faces = (latin: string, latinExt: string, cyrillic: string, cyrillicExt: string, arabic: string) => [
  face(latin, ranges.latin),
  face(latinExt, ranges['latin-ext']),
  face(cyrillic, ranges.cyrillic),
  face(cyrillicExt, ranges['cyrillic-ext']),
  face(arabic, arabicRanges.arabic),
];

export const REGULAR = 'Noto Sans Regular';
export const SEMIBOLD = 'Noto Sans SemiBold';

export const FONT_FACES = {
  [REGULAR]: faces(latin400, latinExt400, cyrillic400, cyrillicExt400, arabic400),
  [SEMIBOLD]: faces(latin600, latinExt600, cyrillic600, cyrillicExt600, arabic600),
};
