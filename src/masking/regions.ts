/** National telephone numbers of a region, as digits without separators. */
export interface Region {
  /** Digits of a number dialled inside the country, trunk prefix included. */
  readonly national: RegExp;
  /** Whether the pattern is telling enough for digits without any separator. */
  readonly bare: boolean;
}

/** Regions whose numbers follow the North American Numbering Plan. */
const NANP_REGIONS = new Set(
  'US CA PR DO JM TT BS BB BM KY AG AI DM GD GU KN LC VC VG VI MP AS TC MS SX'.split(' '),
);

/** After the national numbering plans as filed with ITU-T (E.164), reduced to first digits and lengths. */
const PLANS: Readonly<Record<string, string>> = {
  GB: '0[1-3578]\\d{8,9}',
  IE: '0[1-9]\\d{6,9}',
  DE: '0[1-9]\\d{5,11}',
  AT: '0[1-9]\\d{5,12}',
  CH: '0[1-9]\\d{8}',
  FR: '0[1-9]\\d{8}',
  BE: '0[1-9]\\d{7,8}',
  NL: '0[1-9]\\d{8}',
  LU: '[2-9]\\d{5,8}',
  ES: '[6-9]\\d{8}',
  PT: '[239]\\d{8}',
  IT: '0\\d{5,10}|3\\d{8,9}',
  GR: '[26]\\d{9}',
  PL: '[1-9]\\d{8}',
  CZ: '[2-9]\\d{8}',
  SK: '0[1-9]\\d{8}',
  HU: '06\\d{8,9}',
  RO: '0[237]\\d{8}',
  BG: '0[1-9]\\d{7,8}',
  SE: '0[1-9]\\d{6,9}',
  NO: '[2-9]\\d{7}',
  DK: '[2-9]\\d{7}',
  FI: '0[1-9]\\d{5,10}',
  UA: '0[3-9]\\d{8}',
  RU: '8?[3489]\\d{9}',
  TR: '0?[2-5]\\d{9}',
  IL: '0[2-9]\\d{7,8}',
  AE: '0[2-9]\\d{7,8}',
  SA: '0[1-9]\\d{8}',
  EG: '0[1-9]\\d{7,9}',
  ZA: '0[1-8]\\d{8}',
  NG: '0[1-9]\\d{7,9}',
  KE: '0[1-9]\\d{8}',
  IN: '0?[6-9]\\d{9}|0[1-9]\\d{9}',
  PK: '0[2-9]\\d{8,9}',
  BD: '0[1-9]\\d{8,9}',
  LK: '0[1-9]\\d{8}',
  ID: '0[2-9]\\d{7,11}',
  MY: '0[1-9]\\d{7,9}',
  SG: '[3689]\\d{7}',
  PH: '0[2-9]\\d{8,9}',
  TH: '0[2-9]\\d{7,8}',
  VN: '0[2-9]\\d{8,9}',
  HK: '[2-9]\\d{7}',
  TW: '0[2-9]\\d{7,8}',
  CN: '1[3-9]\\d{9}|0[1-9]\\d{8,10}',
  JP: '0[1-9]\\d{8,9}',
  KR: '0[1-9]\\d{7,9}',
  AU: '0[23478]\\d{8}|1[38]00\\d{6}|13\\d{4}',
  NZ: '0[2-9]\\d{7,9}',
  BR: '0?[1-9]{2}9?\\d{8}',
  MX: '[1-9]\\d{9}',
  AR: '0?[1-9]\\d{9,10}',
  CL: '[2-9]\\d{8}',
  CO: '[36]\\d{9}',
  PE: '0?[1-9]\\d{7,8}',
};

/** Whether the numbers of a region follow the North American Numbering Plan. */
export function isNanpRegion(name: string): boolean {
  return NANP_REGIONS.has(name);
}

/** The plan of a region by its ISO 3166-1 code, or `undefined` for one that is not known. */
export function regionPlan(name: string): Region | undefined {
  const plan = Object.hasOwn(PLANS, name) ? PLANS[name] : undefined;
  if (plan === undefined) return undefined;
  return {
    national: new RegExp(`^(?:${plan})$`),
    bare: plan.startsWith('0') || /^\(?\[6-9\]|^0\?/.test(plan),
  };
}

/** Codes that {@link regionPlan} and {@link isNanpRegion} know, for error messages. */
export function knownRegions(): string[] {
  return [...NANP_REGIONS, ...Object.keys(PLANS)].sort();
}

/** The country code at the start of an international number (ITU-T E.164), or '' when there is none. */
export function countryCode(digits: string): string {
  if (/^[17]/.test(digits)) return digits.charAt(0);
  if (/^(?:2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/.test(digits)) return digits.slice(0, 2);
  return /^(?:2[1-689]\d|3[578]\d|42\d|5[09]\d|6[789]\d|8[05789]\d|9[679]\d)/.test(digits)
    ? digits.slice(0, 3)
    : '';
}

/** Digits after the country code where the plan is regular; elsewhere 4 to 12 (E.164 allows 15 in all). */
const NATIONAL_LENGTHS: Readonly<Record<string, readonly [number, number]>> = {
  '1': [10, 10],
  '7': [10, 10],
  '20': [8, 10],
  '27': [9, 9],
  '30': [10, 10],
  '31': [9, 9],
  '32': [8, 9],
  '33': [9, 9],
  '34': [9, 9],
  '36': [8, 9],
  '39': [6, 11],
  '40': [9, 9],
  '41': [9, 9],
  '44': [9, 10],
  '45': [8, 8],
  '46': [7, 10],
  '47': [8, 8],
  '48': [9, 9],
  '49': [6, 12],
  '52': [10, 11],
  '55': [10, 11],
  '61': [9, 9],
  '64': [8, 10],
  '65': [8, 8],
  '81': [9, 10],
  '82': [8, 10],
  '86': [10, 11],
  '90': [10, 10],
  '91': [10, 10],
  '351': [9, 9],
  '353': [7, 9],
  '971': [8, 9],
  '972': [8, 9],
};

/** Shortest and longest number of digits after a country code. */
export function nationalLengths(code: string): readonly [number, number] {
  return NATIONAL_LENGTHS[code] ?? [6, 15 - code.length];
}

/** Area codes in service in the North American Numbering Plan, geographic and toll-free. */
const NANP_AREAS =
  '201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 220 223 224 225 226 227 228 229 231 234 ' +
  '235 236 239 240 242 246 248 249 250 251 252 253 254 256 257 260 262 263 264 267 268 269 270 272 274 276 279 ' +
  '281 283 284 289 301 302 303 304 305 306 307 308 309 310 312 313 314 315 316 317 318 319 320 321 323 324 325 ' +
  '326 327 329 330 331 332 334 336 337 339 340 341 343 345 346 347 350 351 352 353 354 357 360 361 363 364 365 ' +
  '367 368 369 380 382 385 386 401 402 403 404 405 406 407 408 409 410 412 413 414 415 416 417 418 419 423 424 ' +
  '425 428 430 431 432 434 435 436 437 438 440 441 442 443 445 447 448 450 457 458 463 464 468 469 470 471 472 ' +
  '473 474 475 478 479 480 483 484 501 502 503 504 505 506 507 508 509 510 512 513 514 515 516 517 518 519 520 ' +
  '530 531 534 539 540 541 548 551 557 559 561 562 563 564 567 570 571 572 573 574 575 579 580 581 582 584 585 ' +
  '586 587 601 602 603 604 605 606 607 608 609 610 612 613 614 615 616 617 618 619 620 621 623 624 626 628 629 ' +
  '630 631 636 639 640 641 645 646 647 649 650 651 656 657 658 659 660 661 662 664 667 669 670 671 672 678 680 ' +
  '681 682 683 684 686 689 701 702 703 704 705 706 707 708 709 712 713 714 715 716 717 718 719 720 721 724 725 ' +
  '726 727 728 730 731 732 734 737 738 740 742 743 747 748 753 754 757 758 760 762 763 765 767 769 770 771 772 ' +
  '773 774 775 778 779 780 781 782 784 785 786 787 800 801 802 803 804 805 806 807 808 809 810 812 813 814 815 ' +
  '816 817 818 819 820 825 826 828 829 830 831 832 833 835 838 839 840 843 844 845 847 848 849 850 854 855 856 ' +
  '857 858 859 860 861 862 863 864 865 866 867 868 869 870 872 873 876 877 878 879 888 900 901 902 903 904 905 ' +
  '906 907 908 909 910 912 913 914 915 916 917 918 919 920 925 928 929 930 931 934 936 937 938 939 940 941 942 ' +
  '943 945 947 948 949 951 952 954 956 959 970 971 972 973 975 978 979 980 983 984 985 986 989';

let areas: Set<string> | undefined;

/** Whether an area code of the North American Numbering Plan is in service. */
export function isAreaInService(area: string): boolean {
  areas ??= new Set(NANP_AREAS.split(' '));
  return areas.has(area);
}
