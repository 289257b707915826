import CatalogServer
import CatalogSync
import Foundation
import RedisClient

/// Settings that work, and that somebody could make use of. No secret is repeated.
enum SecurityAdvice {
  /// Shorter keys are taken, but can be guessed sooner or are made by a person.
  private static let goodKeyLength = 32
  private static let weakWords = [
    "password", "passwort", "admin", "secret", "changeme", "change-me", "letmein", "qwerty", "default", "123456",
    "replace",
    "example",
  ]

  /// What to change, for people; empty where nothing stands out.
  static func advice(_ settings: Settings, _ sync: SyncSettings, _ limits: ServerLimits) -> [String] {
    keys(settings.adminKeys) + listening(settings.host, limits) + redis(settings.redis) + database(settings.database)
      + files(
        settings.dataDirectory, providers: sync.environment("MODEL_PROVIDERS_FILE"), database: settings.database.file)
  }

  private static func keys(_ keys: [String]) -> [String] {
    keys.enumerated().compactMap { index, key in
      let weak = weakWords.contains { key.lowercased().contains($0) } || Set(key).count < 10
      guard weak || key.count < goodKeyLength else { return nil }
      return
        "ADMIN_API_KEY: key \(index + 1) \(weak ? "can be guessed" : "is short"); \"openssl rand -hex 32\" makes a good one"
    }
  }

  private static func listening(_ host: String, _ limits: ServerLimits) -> [String] {
    guard !Loopback.contains(host) else { return [] }
    var advice = [
      "HOST: others reach the server, which speaks plain HTTP: put a proxy with TLS in front, count it in TRUSTED_PROXIES, "
        + "and let nobody else reach the port"
    ]
    if limits.costlyRequests == nil {
      advice.append("RATE_LIMIT_PER_SECOND: no limit; one client can keep the server busy for all others")
    }
    if limits.wrongKeys == nil {
      advice.append("WRONG_KEYS_PER_MINUTE: no limit; anybody may try admin keys as fast as the server answers")
    }
    return advice
  }

  private static func redis(_ redis: RedisClient.Configuration?) -> [String] {
    guard let redis else { return [] }
    let endpoints =
      switch redis.target {
      case .server(let endpoint): [endpoint]
      case .sentinel(let endpoints, _): endpoints
      }
    let isRemote = endpoints.contains { if case .host(let host, _) = $0 { !Loopback.contains(host) } else { false } }
    guard isRemote else { return [] }
    var advice: [String] = []
    if redis.credentials == nil {
      advice.append(
        "REDIS_URL: no password; whoever reaches Redis decides what is served: set \"requirepass\" or an ACL")
    }
    if !redis.usesTLS {
      advice.append("REDIS_URL: not encrypted; use rediss:// where the network is not yours alone")
    }
    return advice
  }

  private static func database(_ database: DatabaseLocation) -> [String] {
    database.isUnencrypted
      ? ["DATABASE_URL: may not be encrypted, and the server's name is not checked; use sslmode=verify-full"] : []
  }

  private static func files(_ directory: String, providers: String?, database: String?) -> [String] {
    var advice = [
      self.advice("DATA_DIR", directory),
      self.advice("MODEL_PROVIDERS_FILE", providers ?? "\(directory)/providers.json"),
    ]
    if let database, directoryPath(of: database) != URL(filePath: directory).standardizedFileURL.path {
      advice.append(self.advice("DATABASE_URL", database))
      // Others may know what else is there, but whoever may write there can put another file in its place.
      advice.append(
        self.advice("DATABASE_URL, the directory of the file", directoryPath(of: database), isReadable: true))
    }
    return advice.compactMap { $0 }
  }

  private static func directoryPath(of file: String) -> String {
    URL(filePath: file).standardizedFileURL.deletingLastPathComponent().path
  }

  /// What to change about the rights of a file or directory.
  ///
  /// - Parameter isReadable: whether everybody may read it.
  private static func advice(_ name: String, _ path: String, isReadable: Bool = false) -> String? {
    // What is not there yet is made by the program, with the rights that its umask leaves.
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let rights: Int
    do {
      rights = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int ?? 0
    } catch {
      return "\(name): who may read it cannot be found out: \(error.localizedDescription)"
    }
    if rights & 0o002 != 0 { return "\(name): everybody on this machine may change it: chmod o-w" }
    return rights & 0o004 != 0 && !isReadable ? "\(name): everybody on this machine may read it: chmod o-rwx" : nil
  }
}
