/** To be imported by every page that is not part of what is loaded first. */
import { addWords } from '../core/i18n';
import { pages as en } from '../core/locales/pages.en';
import { pages as zh } from '../core/locales/pages.zh';

addWords({ en, zh });
