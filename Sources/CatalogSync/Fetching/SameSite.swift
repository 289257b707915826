import AsyncHTTPClient
import Foundation
import NIOHTTP1

/// Keeps requests, which carry keys, at the site that they are meant for.
enum SameSite {
  /// Where a response sends the request.
  ///
  /// - Throws: ``FetchError/redirected(to:)`` when that is another site.
  static func redirection(of response: HTTPClientResponse, from url: String) throws(FetchError) -> String {
    guard let location = response.headers.first(name: "Location") else {
      throw .status(response.status.code, text: "a redirection without an address")
    }
    return try Self.url(location, from: url)
  }

  /// An address that stands in an answer, which may be relative to that of the request.
  ///
  /// - Throws: ``FetchError/redirected(to:)`` when it is at another site: another host or port, or no longer encrypted.
  static func url(_ address: String, from origin: String) throws(FetchError) -> String {
    guard address.utf8.count <= 4_096, let base = URL(string: origin),
      let url = URL(string: address, relativeTo: base)?.absoluteURL, let host = url.host(), let scheme = url.scheme
    else { throw .redirected(to: Vocabulary.printable(address, maximum: 80)) }
    let isSecure = scheme == "https" || (scheme == "http" && base.scheme == "http")
    guard isSecure, url.user() == nil, host.lowercased() == base.host()?.lowercased(), url.port == base.port else {
      throw .redirected(to: Vocabulary.printable(host, maximum: 80))
    }
    return url.absoluteString
  }
}

/// The `Link` field (RFC 8288).
enum LinkField {
  /// The address of the next page; nil where there is none.
  static func next(in fields: [String]) -> String? {
    var rest = fields.joined(separator: ",")[...]
    while let open = rest.firstIndex(of: "<"), let close = rest[open...].firstIndex(of: ">") {
      let address = rest[rest.index(after: open)..<close]
      let parameters = rest[close...].prefix { $0 != "<" }
      if parameters.split(whereSeparator: { ";,>".contains($0) }).contains(where: isNext) { return String(address) }
      rest = rest[parameters.endIndex...]
    }
    return nil
  }

  private static func isNext(_ parameter: Substring) -> Bool {
    let words = parameter.lowercased().split(whereSeparator: { "= \"".contains($0) })
    return words.first == "rel" && words.dropFirst().contains("next")
  }
}

/// The `Retry-After` field (RFC 9110, section 10.2.3).
enum RetryAfter {
  /// How long the provider asks to be left alone; nil where it does not say so.
  static func delay(_ headers: HTTPHeaders, now: Date) -> Duration? {
    guard let text = headers.first(name: "Retry-After")?.trimmingCharacters(in: .whitespaces) else { return nil }
    if let seconds = Int(text) { return seconds >= 0 ? .seconds(min(seconds, 86_400)) : nil }
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(identifier: "GMT")
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    guard let date = formatter.date(from: text) else { return nil }
    return .seconds(min(max(0, Int(date.timeIntervalSince(now).rounded(.up))), 86_400))
  }
}
