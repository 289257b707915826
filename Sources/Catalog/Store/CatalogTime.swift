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
}
