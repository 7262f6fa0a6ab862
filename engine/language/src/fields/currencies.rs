//! Currencies that are in use, with the decimals of their smallest unit (ISO 4217, list one).

/// By number of decimals.
const CODES: &[(u32, &str)] = &[
    (
        2,
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP \
         CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES \
         KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK \
         NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB \
         TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW ZWG",
    ),
    (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"),
    (3, "BHD IQD JOD KWD LYD OMR TND"),
];

/// `None` when it is no currency.
pub(super) fn decimals(code: &str) -> Option<u32> {
    let known = |(_, codes): &&(u32, &str)| codes.split(' ').any(|known| known == code);
    CODES.iter().find(known).map(|(decimals, _)| *decimals)
}

pub(super) fn codes() -> impl Iterator<Item = &'static str> {
    CODES.iter().flat_map(|(_, codes)| codes.split(' '))
}

/// What people write instead.
pub(super) fn meant(written: &str) -> Option<String> {
    let code = match written {
        "RMB" | "YUAN" | "¥" | "元" | "人民币" => "CNY",
        "€" | "EURO" | "欧元" => "EUR",
        "$" | "US$" | "DOLLAR" | "美元" => "USD",
        "£" | "英镑" => "GBP",
        "日元" | "YEN" => "JPY",
        _ => return None,
    };
    Some(code.to_owned())
}
