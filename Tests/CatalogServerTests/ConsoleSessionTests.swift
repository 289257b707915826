import Foundation
import HTTPTypes
import NIOConcurrencyHelpers
import Testing

@testable import CatalogServer

@Suite("Sessions of the console")
struct ConsoleSessionTests {
  private static let key = "correct-horse-battery-staple"

  /// A clock that a test sets, in seconds since 1970.
  private final class Clock: Sendable {
    let time = NIOLockedValueBox(1_700_000_000)
  }

  private static func sessions(_ keys: [String] = [key], _ clock: Clock = Clock()) -> ConsoleSessions {
    ConsoleSessions(adminKeys: keys) { clock.time.withLockedValue { $0 } }
  }

  private static func cookies(_ token: String) -> String { "other=1; \(ConsoleSessions.cookie)=\(token); last=2" }

  @Test("are known to every worker with the same key, and to none without it")
  func shared() throws {
    let session = try Self.sessions().begin(key: Self.key)
    let cookies = Self.cookies(session.token)
    #expect(Self.sessions(["another-key-for-rotation", Self.key]).session(cookies: cookies) != nil)
    #expect(Self.sessions(["another-key-for-rotation"]).session(cookies: cookies) == nil)
    #expect(Self.sessions([]).session(cookies: cookies) == nil)
    #expect(Self.sessions().session(cookies: nil) == nil)
    #expect(Self.sessions().session(cookies: "\(ConsoleSessions.cookie)=") == nil)
  }

  @Test("end after eight hours")
  func expiry() throws {
    let clock = Clock()
    let sessions = Self.sessions([Self.key], clock)
    let cookies = Self.cookies(try sessions.begin(key: Self.key).token)
    clock.time.withLockedValue { $0 += ConsoleSessions.lifetime - 1 }
    #expect(sessions.session(cookies: cookies) != nil)
    clock.time.withLockedValue { $0 += 1 }
    #expect(sessions.session(cookies: cookies) == nil)
  }

  @Test("are not known when any byte of them is another")
  func tampered() throws {
    let sessions = Self.sessions()
    let token = try sessions.begin(key: Self.key).token
    for index in token.indices {
      for other in ["0", "9", "f", ".", "g"] where String(token[index]) != other {
        let changed = token.replacingCharacters(in: index...index, with: other)
        #expect(sessions.session(cookies: Self.cookies(changed)) == nil, "\(changed)")
      }
    }
    for wrong in [token + "0", String(token.dropLast()), token + ".0", "..", "", String(repeating: "f", count: 4_000)] {
      #expect(sessions.session(cookies: Self.cookies(wrong)) == nil)
    }
  }

  @Test("have tokens and forms that no other session has")
  func unique() throws {
    let sessions = Self.sessions()
    let (first, second) = (try sessions.begin(key: Self.key), try sessions.begin(key: Self.key))
    #expect(first.token != second.token && first.formToken != second.formToken)
    let again = try #require(sessions.session(cookies: Self.cookies(first.token)))
    #expect(again.formToken == first.formToken)
    #expect(ConsoleSessions.isForm(first.formToken, of: again))
    for wrong in [second.formToken, "", first.formToken + "0", String(first.formToken.dropLast()), first.token] {
      #expect(!ConsoleSessions.isForm(wrong, of: again))
    }
  }

  @Test("begin with a right key only", arguments: ["wrong", "", key + "0", String(key.dropLast())])
  func wrongKey(_ wrong: String) throws {
    let problem = #expect(throws: Problem.self) { try Self.sessions().begin(key: wrong) }
    #expect(problem?.status == .forbidden)
  }

  @Test("are kept by the browser where no script and no other site gets at them")
  func cookie() throws {
    let session = try Self.sessions().begin(key: Self.key)
    let field = ConsoleSessions.cookie(of: session, isSecure: true)
    let attributes = Set(field.split(separator: "; ").dropFirst().map(String.init))
    #expect(attributes == ["Path=/console", "Max-Age=28800", "HttpOnly", "SameSite=Strict", "Secure"])
    #expect(ConsoleSessions.cookie(of: nil, isSecure: false).contains("Max-Age=0"))
    // 128 random bits and a signature of 256, as hexadecimal digits.
    #expect(session.token.split(separator: ".").map(\.count) == [10, 32, 64])
  }

  @Test("show no key where they are described")
  func described() {
    #expect(!"\(Self.sessions())".contains(Self.key))
  }
}
