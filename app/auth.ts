export async function getUser(): Promise<{
  id: string;
  email: string;
  name: string;
  role: string;
} | null> {
  return null;
}
export async function requireUser() {
  return { id: '', email: '', name: '', role: '' };
}
