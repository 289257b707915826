/// Times as the catalog keeps and writes them: ISO 8601 in UTC with milliseconds, so that their texts are in the order of the
/// times.
public enum CatalogTime {
  /// The text of a time.
  ///
  /// - Parameter unixSeconds: seconds since 1970; nil for one outside of the years 1 to 9999.
  public static func text(unixSeconds: Int) -> String? {
    guard let day = CalendarDate(unixSeconds: unixSeconds) else { return nil }
    let second = unixSeconds - day.unixSeconds
    let parts = [second / 3_600, second / 60 % 60, second % 60]
    return "\(day)T\(parts.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")).000Z"
  }

  /// The time that a text says, in seconds since 1970; nil for a text of another form.
  public static func unixSeconds(of text: String) -> Double? {
    guard
      let (_, date, hour, minute, second) = text.wholeMatch(of: #/(.{10})T(\d\d):(\d\d):(\d\d(?:\.\d+)?)Z/#)?.output,
      let day = CalendarDate(String(date)), let hour = Double(hour), let minute = Double(minute),
      let second = Double(second), hour < 24, minute < 60, second < 61
    else { return nil }
    return Double(day.unixSeconds) + hour * 3_600 + minute * 60 + second
  }
}
