/// A user and a password. Whatever prints it, the password does not show.
public struct RedisCredentials: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  /// The ACL user; "default" is the one of `requirepass`.
  public var user: String
  /// The password.
  public var password: String

  /// Credentials.
  public init(user: String = "default", password: String) {
    self.user = user
    self.password = password
  }

  /// The user; the password does not show.
  public var description: String { "\(user):***" }
  /// The user; the password does not show.
  public var debugDescription: String { description }
  /// The user; the password does not show.
  public var customMirror: Mirror { Mirror(self, children: ["user": user, "password": "***"]) }
}
