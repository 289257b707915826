import Catalog

/// Times in the format of HTTP (RFC 9110, section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDate {
  private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// Formats a time.
  ///
  /// - Parameter unixSeconds: seconds since 1970; a time outside the calendar gives its first second.
  static func text(unixSeconds: Int) -> String {
    let day = CalendarDate(unixSeconds: unixSeconds)
    let (year, month, dayOfMonth) = day?.components ?? (1970, 1, 1)
    let days = day?.daysSinceEpoch ?? 0
    let second = unixSeconds - days * 86_400
    let two = { (value: Int) in value < 10 ? "0\(value)" : String(value) }
    return "\(weekdays[((days % 7) + 7) % 7]), \(two(dayOfMonth)) \(months[month - 1]) \(year) "
      + "\(two(second / 3_600)):\(two(second / 60 % 60)):\(two(second % 60)) GMT"
  }
}
