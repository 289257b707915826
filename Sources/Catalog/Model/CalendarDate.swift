/// A day of the Gregorian calendar in UTC, such as `2025-12-31`.
public struct CalendarDate: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Days since 1970-01-01.
  public let daysSinceEpoch: Int

  /// The day that contains a moment.
  ///
  /// - Parameter unixSeconds: seconds since 1970-01-01T00:00:00Z, between the years 1 and 9999.
  public init?(unixSeconds: Int) {
    guard (-62_135_596_800...253_402_300_799).contains(unixSeconds) else { return nil }
    daysSinceEpoch = Int((Double(unixSeconds) / 86_400).rounded(.down))
  }

  /// A day by its number.
  public init?(daysSinceEpoch: Int) {
    guard let (scaled, overflowed) = Optional(daysSinceEpoch.multipliedReportingOverflow(by: 86_400)), !overflowed
    else { return nil }
    self.init(unixSeconds: scaled)
  }

  /// Reads `YYYY-MM-DD`, `YYYY-MM` (its first day) or a full ISO 8601 time, whose day it takes; nil for anything else.
  public init?(_ text: String) {
    let date = text.prefix { $0 != "T" && $0 != " " }
    let parts = date.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2 || parts.count == 3, parts[0].count == 4, let year = Int(parts[0]), year > 0,
      parts[1].count == 2, let month = Int(parts[1]), (1...12).contains(month)
    else { return nil }
    var day = 1
    if parts.count == 3 {
      guard parts[2].count == 2, let parsed = Int(parts[2]) else { return nil }
      day = parsed
    }
    guard (1...Self.daysIn(month: month, year: year)).contains(day) else { return nil }
    daysSinceEpoch = Self.days(year: year, month: month, day: day)
  }

  private static func daysIn(month: Int, year: Int) -> Int {
    switch month {
    case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  // Days from civil and back: http://howardhinnant.github.io/date_algorithms.html
  private static func days(year: Int, month: Int, day: Int) -> Int {
    let year = month <= 2 ? year - 1 : year
    let era = (year >= 0 ? year : year - 399) / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// Year, month and day.
  public var components: (year: Int, month: Int, day: Int) {
    let shifted = daysSinceEpoch + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9)
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  /// Seconds since 1970-01-01T00:00:00Z at the start of the day.
  public var unixSeconds: Int { daysSinceEpoch * 86_400 }

  /// `YYYY-MM-DD`.
  public var description: String {
    let (year, month, day) = components
    let padded = { (value: Int, width: Int) in
      String(repeating: "0", count: max(0, width - String(value).count)) + String(value)
    }
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }

  /// Earlier before later.
  public static func < (left: CalendarDate, right: CalendarDate) -> Bool { left.daysSinceEpoch < right.daysSinceEpoch }
}
